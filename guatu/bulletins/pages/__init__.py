"""Pages of bulletins: the list, the view of any day, and one bulletin on its way from draft to issue."""
