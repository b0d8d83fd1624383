//! The file: chosen or dropped, its bytes.

use js_sys::Uint8Array;
use leptos::{ev::DragEvent, prelude::*};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{File, FileList};

use crate::{
    i18n::t,
    platform::{js, time::spawn},
    ui::{file_button::FileButton, icon::Icon, language::text, picture::Picture},
};

/// What the desk reads.
const ACCEPTED: &str = ".xlsx,.xlsm,.xls,.csv,.tsv,.txt,.vcf,text/csv,text/vcard";

/// A file as it was chosen.
#[derive(Clone, Debug)]
pub struct Chosen {
    pub name: String,
    pub bytes: Vec<u8>,
}

fn take(file: File, chosen: Callback<Chosen>) {
    spawn(async move {
        if let Ok(buffer) = js::call_async(&file, "arrayBuffer", &[]).await {
            chosen.run(Chosen { name: file.name(), bytes: Uint8Array::new(&buffer).to_vec() });
        }
    });
}

fn first(files: &JsValue) -> Option<File> {
    files.dyn_ref::<FileList>()?.get(0)
}

/// Where a file is chosen or dropped.
#[component]
pub fn FileChoice(chosen: Callback<Chosen>) -> impl IntoView {
    let (intro, choose, drop_here) = (text(t::import::intro), text(t::import::choose_file), text(t::import::drop_here));
    let on_drop = move |event: DragEvent| {
        event.prevent_default();
        let files = js::get(&js::get(&event, "dataTransfer"), "files");
        if let Some(file) = first(&files) {
            take(file, chosen);
        }
    };
    let take_first = move |files: Vec<File>| {
        if let Some(file) = files.into_iter().next() {
            take(file, chosen);
        }
    };
    view! {
        <div
            class="drop"
            data-testid="import-drop"
            on:dragover=move |event: DragEvent| event.prevent_default()
            on:drop=on_drop
        >
            <Picture icon=Icon::Upload/>
            <p>{intro}</p>
            <FileButton label=choose icon=Icon::FileText testid="import-input" accept=ACCEPTED take=take_first/>
            <p class="muted small">{drop_here}</p>
        </div>
    }
}
