//! What the list is asked for. The address of the list says it: a view is kept by keeping the address.

use std::collections::BTreeMap;

use domain::customer::CustomerFilter;
use js_sys::{decode_uri_component, encode_uri_component};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
};

use crate::platform::time::{sleep, spawn};

/// So long after the last key the address follows; ms.
const PAUSE_MS: i64 = 300;
const PATH: &str = "/customers";

/// The words searched for and the filter. Copy it into handlers.
#[derive(Clone, Copy)]
pub struct Asked {
    pub words: RwSignal<String>,
    pub filter: RwSignal<CustomerFilter>,
}

impl Asked {
    /// Begins with what the address says, and keeps it in step while the list is the page.
    pub fn follow() -> Self {
        let query = use_query_map();
        let path = use_location().pathname;
        let at_list = Memo::new(move |_| path.with(|path| path.trim_end_matches('/') == PATH));
        let said = Memo::new(move |_| {
            query.with(|query| {
                let known = ["q", "owner", "level", "tag", "region", "source", "silent", "own", "sort"];
                let pairs = known.into_iter().filter_map(|name| Some((name, query.get(name)?)));
                pairs.collect::<BTreeMap<&'static str, String>>()
            })
        });
        let asked = Self { words: RwSignal::default(), filter: RwSignal::default() };
        // What this list wrote itself says nothing new, and may be older than what has been typed since.
        let written = StoredValue::new(String::new());
        // An address with a view in it is followed; one without keeps the view that is there.
        Effect::new(move || {
            if at_list.get() {
                said.with(|said| {
                    if !said.is_empty() && written.with_value(|written| *written != address_of(said)) {
                        asked.take(|name| said.get(name).map(String::as_str));
                    }
                });
            }
        });
        let navigate = use_navigate();
        let changes = StoredValue::new(0_u64);
        Effect::new(move |before: Option<()>| {
            let address = asked.address();
            let here = at_list.get();
            changes.update_value(|changes| *changes += 1);
            let number = changes.get_value();
            let navigate = navigate.clone();
            if before.is_some() && here {
                spawn(async move {
                    sleep(PAUSE_MS).await;
                    let newest = changes.try_get_value() == Some(number);
                    if newest && at_list.try_get_untracked() == Some(true) && said.with_untracked(address_of) != address
                    {
                        written.set_value(address.clone());
                        navigate(&address, NavigateOptions { replace: true, scroll: false, ..Default::default() });
                    }
                });
            }
        });
        asked
    }

    /// Asks for what an address says, under its names.
    fn take<'a>(self, said: impl Fn(&str) -> Option<&'a str>) {
        let words = said("q").unwrap_or_default().to_owned();
        let filter = CustomerFilter::read(said);
        if self.words.with_untracked(|now| *now != words) {
            self.words.set(words);
        }
        if self.filter.with_untracked(|now| *now != filter) {
            self.filter.set(filter);
        }
    }

    /// Asks for what stands behind the question mark of an address, and nothing else.
    pub fn take_query(self, query: &str) {
        let pairs = pairs_of(query);
        self.take(|name| pairs.get(name).map(String::as_str));
    }

    /// Returns the list's address with this view in it.
    fn address(self) -> String {
        address(&self.query())
    }

    /// Follows what the address says behind its question mark.
    pub fn query(self) -> String {
        self.words.with(|words| self.filter.with(|filter| list_query(words, filter)))
    }

    /// Asks for nothing any more; the order stays.
    pub fn clear(self) {
        self.filter.update(|filter| *filter = CustomerFilter { sort: filter.sort, ..CustomerFilter::default() });
    }
}

/// Returns what the list's address says behind its question mark where it asks for this.
pub fn list_query(words: &str, filter: &CustomerFilter) -> String {
    let words = (!words.trim().is_empty()).then(|| ("q", words.to_owned()));
    query_of(&words.into_iter().chain(filter.pairs()).collect())
}

fn address_of(pairs: &BTreeMap<&'static str, String>) -> String {
    address(&query_of(pairs))
}

fn address(query: &str) -> String {
    if query.is_empty() { PATH.to_owned() } else { format!("{PATH}?{query}") }
}

fn query_of(pairs: &BTreeMap<&'static str, String>) -> String {
    let plain = |text: &str| String::from(encode_uri_component(text));
    pairs.iter().map(|(name, value)| format!("{name}={}", plain(value))).collect::<Vec<_>>().join("&")
}

/// Takes a query apart; what is not understood says nothing.
pub fn pairs_of(query: &str) -> BTreeMap<String, String> {
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=')?;
        Some((name.to_owned(), String::from(decode_uri_component(value).ok()?)))
    };
    query.split('&').filter_map(pair).collect()
}
