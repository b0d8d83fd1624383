//! Both databases have the same migrations, and the same tables and columns after them.

use std::{collections::BTreeSet, fs, path::Path};

fn names(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    entries.map(|name| name.to_string_lossy().into_owned()).collect()
}

fn text(folder: &str, name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder).join(name);
    fs::read_to_string(file).expect("a migration")
}

#[test]
fn the_migrations_say_the_same() {
    let names_here = names("sqlite");
    assert!(!names_here.is_empty());
    assert_eq!(names_here, names("postgres"));
    for name in names_here {
        assert_eq!(text("sqlite", &name), text("postgres", &name).replace(" COLLATE \"C\"", ""), "{name}");
    }
}

#[test]
fn every_key_column_is_in_the_order_of_bytes() {
    for name in names("postgres") {
        for line in text("postgres", &name).lines().filter(|line| line.contains(" TEXT")) {
            let free = ["body", "args", "about", "verdict", "hash TEXT NOT NULL"];
            let is_free = free.iter().any(|column| line.trim_start().starts_with(column));
            assert!(is_free || line.contains("COLLATE \"C\""), "{name}: {line}");
        }
    }
}
