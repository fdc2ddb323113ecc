"""What the wall works out on paper: where sheets and marks lie, what a period means, where a day lies on the strip."""
