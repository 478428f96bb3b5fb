"""The trained reader: an encoder that marks triggers, and says of each event what it is and who takes which part."""
