//! What the clocks of a zone show, by a real browser's `Intl`.
#![cfg(all(target_arch = "wasm32", feature = "csr"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use app::platform::zone;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const HOUR_MS: i64 = 3_600_000;

fn shown(ms: i64) -> String {
    zone::clock(ms).to_string()
}

fn instant(shown: &str) -> i64 {
    zone::instant_of(shown.parse().unwrap())
}

/// 2026-11-05, noon in Taipei; ms UTC.
const NOON: i64 = 1_793_851_200_000;

#[wasm_bindgen_test]
fn an_instant_is_shown_as_the_clocks_of_the_zone_do() {
    for (name, expected) in [
        ("Asia/Taipei", "2026-11-05 12:00:00"),
        ("America/New_York", "2026-11-04 23:00:00"),
        ("Asia/Kathmandu", "2026-11-05 09:45:00"),
        ("UTC", "2026-11-05 04:00:00"),
    ] {
        zone::set(name);
        assert_eq!((&*zone::name(), shown(NOON)), (name, expected.to_owned()));
    }
    zone::set("Mars/Olympus_Mons");
    assert_eq!(&*zone::name(), "UTC", "a zone that the browser does not know changes nothing");
}

#[wasm_bindgen_test]
fn what_the_clocks_show_leads_back_to_the_instant() {
    for name in ["Asia/Taipei", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati"] {
        zone::set(name);
        // Every eleven hours for a year: all days, and both changes of summer time.
        for at in (0..800).map(|n| NOON + n * 11 * HOUR_MS) {
            let again = zone::instant_of(zone::clock(at));
            // An hour that is repeated in autumn is one of two.
            assert_eq!((zone::clock(again), (again - at).abs() <= HOUR_MS), (zone::clock(at), true), "{name} {at}");
        }
    }
}

#[wasm_bindgen_test]
fn an_hour_that_spring_skips_is_the_one_after() {
    zone::set("Europe/London");
    assert_eq!(shown(instant("2026-03-29T01:30:00")), "2026-03-29 02:30:00");
    assert_eq!(instant("2026-03-29T00:59:59") + 1_000, instant("2026-03-29T02:00:00"));
}
