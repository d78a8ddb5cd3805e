"""What every other folder needs: errors, problems, source locations, Airflow's configuration, secrets."""
