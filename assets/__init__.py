"""A campaign as Dagster assets: a file per day, thin, over the use cases."""
