"""The demonstration trial: synthetic people, loaded through the same services as real ones."""
