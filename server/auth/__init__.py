"""Who connects: enrolment tokens, certified devices, places' access secrets."""
