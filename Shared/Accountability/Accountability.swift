// Accountability
