//! Laws that hold for every kind and rules across kinds.
