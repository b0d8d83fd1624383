//! Comparing names by the rules of a language: strokes, pinyin, the alphabet.

use std::cmp::Ordering;

use js_sys::{Array, Function, Promise, Reflect, Uint8Array, Uint32Array};
use leptos::prelude::document;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::{
    i18n::Locale,
    platform::{js, time::breathe},
};

/// Comparisons between two breaths.
const SLICE: usize = 4_000;

fn options() -> JsValue {
    js::object(&[("numeric", true.into())])
}

/// The rules of a language.
pub(super) struct Collator {
    compare: Option<Function>,
}

impl Collator {
    pub(super) fn new(locale: Locale) -> Self {
        let tags = Array::of1(&JsValue::from_str(locale.format_tag()));
        let intl = js::get(&js_sys::global(), "Intl");
        // Called without `new`, a collator is made all the same.
        let collator = js::call(&intl, "Collator", &[tags.into(), options()]);
        Self { compare: collator.ok().and_then(|collator| js::get(&collator, "compare").dyn_into().ok()) }
    }

    pub(super) fn compare(&self, a: &str, b: &str) -> Ordering {
        self.order(&JsValue::from_str(a), &JsValue::from_str(b))
    }

    fn order(&self, a: &JsValue, b: &JsValue) -> Ordering {
        let Some(compare) = &self.compare else { return Ordering::Equal };
        let result = compare.call2(&JsValue::UNDEFINED, a, b).ok().and_then(|result| result.as_f64());
        result.unwrap_or_default().partial_cmp(&0.0).unwrap_or(Ordering::Equal)
    }
}

/// Names to be sorted, one a line.
#[derive(Default)]
pub(super) struct Names {
    lines: Vec<u8>,
    count: usize,
}

impl Names {
    pub(super) fn push(&mut self, name: &str) {
        if self.count > 0 {
            self.lines.push(b'\n');
        }
        self.count += 1;
        // A name is one line; whatever else it holds is a place further on or back.
        self.lines.extend(name.bytes().map(|byte| if byte == b'\n' { b' ' } else { byte }));
    }

    /// Returns the numbers of the names in their order: sorted in a worker, or here where there is none.
    pub(super) async fn sort(self, locale: Locale) -> Vec<u32> {
        match sort_beside(&self.lines, locale).await {
            Some(order) if order.len() == self.count => order,
            _ => sort_here(&self.lines, locale).await,
        }
    }
}

async fn sort_beside(lines: &[u8], locale: Locale) -> Option<Vec<u32>> {
    let script = document().query_selector("meta[name=changke-sort]").ok()??.get_attribute("content")?;
    let worker: Function = js::get(&js_sys::global(), "Worker").dyn_into().ok()?;
    let module = js::object(&[("type", "module".into())]);
    let worker = Reflect::construct(&worker, &Array::of2(&script.into(), &module)).ok()?;
    let lines = Uint8Array::from(lines);
    let language = JsValue::from_str(locale.format_tag());
    let work = js::object(&[("names", lines.clone().into()), ("language", language), ("options", options())]);
    let answered = Promise::new(&mut |resolve: Function, reject: Function| {
        for (name, handler) in [("onmessage", &resolve), ("onerror", &reject)] {
            // Setting a handler does not fail.
            drop(Reflect::set(&worker, &name.into(), handler));
        }
    });
    let moved = Array::of1(&lines.buffer());
    js::call(&worker, "postMessage", &[work, moved.into()]).ok()?;
    let answer = JsFuture::from(answered).await;
    drop(js::call(&worker, "terminate", &[]));
    Some(js::get(&answer.ok()?, "data").dyn_into::<Uint32Array>().ok()?.to_vec())
}

/// A merge sort from below, so that it can pause anywhere.
async fn sort_here(lines: &[u8], locale: Locale) -> Vec<u32> {
    let lines = lines.split(|byte| *byte == b'\n');
    let names: Vec<JsValue> = lines.map(|name| JsValue::from_str(&String::from_utf8_lossy(name))).collect();
    let collator = Collator::new(locale);
    let order = |a: u32, b: u32| match (names.get(a as usize), names.get(b as usize)) {
        (Some(a), Some(b)) => collator.order(a, b),
        _ => Ordering::Equal,
    };
    let mut runs: Vec<u32> = (0..).take(names.len()).collect();
    let (mut width, mut compared) = (1, 0);
    while width < runs.len() {
        let mut merged = Vec::with_capacity(runs.len());
        for pair in runs.chunks(2 * width) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            while let (Some(a), Some(b)) = (left.first(), right.first()) {
                compared += 1;
                let from = if order(*b, *a) == Ordering::Less { &mut right } else { &mut left };
                if let Some((first, rest)) = from.split_first() {
                    merged.push(*first);
                    *from = rest;
                }
                if compared % SLICE == 0 {
                    breathe().await;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        (runs, width) = (merged, width * 2);
    }
    runs
}
