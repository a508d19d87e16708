"""Runs the steps on the connection it is handed, inside that connection's transaction."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
