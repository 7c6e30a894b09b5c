//! Datasette's API over a real socket.

mod schema;
