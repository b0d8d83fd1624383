//! The stores, the API and the command line, from outside.

mod api;
mod blobs;
mod cluster;
mod command_line;
mod conformance;
mod demo;
mod differential;
mod eviction;
mod heavy;
mod history;
mod live;
mod migrations;
mod online;
mod people;
mod quarantine;
mod rights;
mod sign_in;
mod simulation;
mod site;
mod stores;
mod tls;
mod two_writers;
mod world;
