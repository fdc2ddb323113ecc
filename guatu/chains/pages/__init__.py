"""Pages of chains: the list, a chain as its office's home, a node with its enterprises, comparisons, paper."""
