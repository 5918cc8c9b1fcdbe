"""Bills a clinic's consultations to health operators by the TISS standard."""
