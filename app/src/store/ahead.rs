//! What `boot.js` read of the database while this program was still on its way.

use js_sys::{Array, Promise, Uint8Array};
use sync::device::{Read, Rows};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::window;

use super::upgrades;
use crate::platform::js;

/// Areas as they stood at the beginning of the page.
pub(super) struct Ahead {
    areas: Vec<Found>,
}

/// What was found in an area.
struct Found {
    area: String,
    /// Only keys that begin so were asked for.
    prefix: String,
    keys: Array,
    values: Array,
}

impl Ahead {
    /// Takes what was read of a database, once; none if nothing was, or by another build.
    pub(super) async fn take(name: &str) -> Option<Self> {
        let changke = js::get(&window()?.into(), "changke");
        let ahead = js::get(&changke, "ahead");
        // Once: what was read grows old.
        drop(js_sys::Reflect::set(&changke, &"ahead".into(), &JsValue::NULL));
        if js::get(&ahead, "name").as_string()? != name {
            return None;
        }
        let found = JsFuture::from(js::get(&ahead, "found").dyn_into::<Promise>().ok()?).await.ok()?;
        if js::get(&found, "version").as_f64()? != f64::from(upgrades::VERSION) {
            return None;
        }
        let areas = js::get(&found, "areas").dyn_into::<Array>().ok()?;
        let found = |found: JsValue| {
            let [area, prefix, keys, values] = [0, 1, 2, 3].map(|at| found.unchecked_ref::<Array>().get(at));
            Some(Found {
                area: area.as_string()?,
                prefix: prefix.as_string()?,
                keys: keys.dyn_into().ok()?,
                values: values.dyn_into().ok()?,
            })
        };
        Some(Self { areas: areas.iter().map(found).collect::<Option<_>>()? })
    }

    /// Answers reads as the database would have done; none if they ask for something that was not read.
    pub(super) fn answer(&self, reads: &[Read]) -> Option<Vec<Rows>> {
        reads.iter().map(|read| self.rows(read)).collect()
    }

    fn rows(&self, read: &Read) -> Option<Rows> {
        let (Read::One(_, begins) | Read::Prefix(_, begins) | Read::From(_, begins, _)) = read;
        let found = self.areas.iter().find(|found| found.area == read.area().name())?;
        if !begins.starts_with(&found.prefix) {
            return None;
        }
        let wanted = |key: &str| match read {
            Read::One(_, wanted) => key == wanted,
            Read::Prefix(_, prefix) => key.starts_with(prefix.as_str()),
            Read::From(_, prefix, from) => key.starts_with(prefix.as_str()) && key >= from.as_str(),
        };
        let rows = found.keys.iter().zip(found.values.iter()).filter_map(|(key, value)| {
            let key = key.as_string().filter(|key| wanted(key))?;
            Some((key, value.dyn_into::<Uint8Array>().ok()?.to_vec()))
        });
        Some(rows.collect())
    }
}
