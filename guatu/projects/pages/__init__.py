"""Pages of projects that are more than list, detail and form: the five lists, lights, one project."""
