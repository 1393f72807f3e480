"""How Alembic runs here: inside the transaction that shopcrm hands over, never by itself."""

from alembic import context

from shopcrm.core.schema import every_table

context.configure(connection=context.config.attributes["connection"], target_metadata=every_table())
context.run_migrations()
