"""Whether a cycle fulfils the minimum requirements of the Open Government Partnership, by what is recorded here."""
