"""Finds out which mentions, in all documents, report the same real-world event, and merges them into one record each.

`words` and `told` read what a mention says, `profiles` holds it as arrays. `pairs` compares, within a document with
`context`; `weights` scores, `clusters` puts together. `stories` does so within documents; `blocks` and `across` between
them. `statuses` and `merge` make the record, `ids` names it, `ptransforms` does all of it in Beam. `signatures` and
`duplicates` find documents that copy others.
"""
