"""Weighs what speaks for and against each phrase that may be a party, an item, a sum or the date of an event.

The rules' own choice is one sign among others; where they stand, what they are, and what the trained reader says of
their words are the rest. One logistic model for each kind of argument, fitted by `pipeline.fit_arguments`.
"""
