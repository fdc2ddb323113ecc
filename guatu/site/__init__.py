"""The site: settings, urls, navigation, roles and the command line; the only place that knows every app."""
