"""What things are: records, vocabularies, identities, Arrow and Avro schemas, the ontology and the lexicons."""
