"""The billing desk inside Airflow: a REST API and screens over the same use cases."""
