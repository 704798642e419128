"""How the store stands -> what is wrong with it, why, and what to do; pure."""
