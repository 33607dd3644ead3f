//! The IR as text, for tests and for the curious.
