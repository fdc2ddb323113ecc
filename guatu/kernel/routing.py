"""Sends progress of jobs to its own database, so that a long import neither hides it nor blocks other writers."""

PROGRESS_APPS = {"django_tasks_db", "django_tasks_database", "axes"}
PROGRESS_MODELS = {"job"}


class ProgressRouter:
    def _is_progress(self, app_label, model_name) -> bool:
        return app_label in PROGRESS_APPS or (app_label == "kernel" and model_name in PROGRESS_MODELS)

    def db_for_read(self, model, **hints):
        return "progress" if self._is_progress(model._meta.app_label, model._meta.model_name) else None

    db_for_write = db_for_read

    def allow_migrate(self, db, app_label, model_name=None, **hints):
        if app_label in PROGRESS_APPS:
            return db == "progress"
        if model_name is None:
            return db == "default"
        return (db == "progress") == self._is_progress(app_label, model_name)

    def allow_relation(self, left, right, **hints):
        return left._state.db == right._state.db or None
