"""The codebook to be read: every form, group and item with all that is declared of it."""
