"""The screens under /tiss, shown in Airflow's frame."""

from tiss.web.telas.aplicacao import aplicacao

__all__ = ["aplicacao"]
