"""What moved, and when: events, and in time prevalence, shifts and effects."""
