"""The public history: one door to write it, sealed into a Merkle tree, verifiable by strangers."""
