//! The file: chosen or dropped, its bytes as text.

use js_sys::{Function, Reflect, Uint8Array};
use leptos::{ev::DragEvent, prelude::*};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{File, FileList};

use crate::{
    i18n::{Locale, t},
    platform::{js, time::spawn},
    ui::{icon::Icon, language::text, picture::Picture},
};

/// A file as it was read.
#[derive(Clone, Debug)]
pub struct Read {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// How a file's bytes stand for characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Big5,
    Gb18030,
    Windows1252,
}

impl Encoding {
    /// Every encoding that is offered.
    pub const ALL: [Encoding; 4] = [Encoding::Utf8, Encoding::Big5, Encoding::Gb18030, Encoding::Windows1252];

    /// Its name, for people and for the browser.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Big5 => "Big5",
            Encoding::Gb18030 => "GB18030",
            Encoding::Windows1252 => "Windows-1252",
        }
    }

    /// Its name in tests.
    pub fn testid(self) -> &'static str {
        match self {
            Encoding::Utf8 => "encoding-utf-8",
            Encoding::Big5 => "encoding-big5",
            Encoding::Gb18030 => "encoding-gb18030",
            Encoding::Windows1252 => "encoding-windows-1252",
        }
    }

    /// What is valid UTF-8 is nothing else; other files are of the person's region.
    pub fn guess(bytes: &[u8], locale: Locale) -> Encoding {
        if std::str::from_utf8(bytes).is_ok() {
            return Encoding::Utf8;
        }
        match locale {
            Locale::ZhHant => Encoding::Big5,
            Locale::ZhHans => Encoding::Gb18030,
            Locale::En => Encoding::Windows1252,
        }
    }
}

/// Turns bytes into text; none where they are not of this encoding.
pub fn decode(bytes: &[u8], encoding: Encoding) -> Option<String> {
    if encoding == Encoding::Utf8 {
        return std::str::from_utf8(bytes).ok().map(str::to_owned);
    }
    let class: Function = js::get(&js_sys::global(), "TextDecoder").dyn_into().ok()?;
    let arguments = js_sys::Array::of2(&JsValue::from_str(encoding.name()), &js::object(&[("fatal", true.into())]));
    let decoder = Reflect::construct(&class, &arguments).ok()?;
    js::call(&decoder, "decode", &[Uint8Array::from(bytes).into()]).ok()?.as_string()
}

fn take(file: File, chosen: Callback<Read>) {
    spawn(async move {
        if let Ok(buffer) = js::call_async(&file, "arrayBuffer", &[]).await {
            chosen.run(Read { name: file.name(), bytes: Uint8Array::new(&buffer).to_vec() });
        }
    });
}

fn first(files: &JsValue) -> Option<File> {
    files.dyn_ref::<FileList>()?.get(0)
}

/// Where a file is chosen or dropped.
#[component]
pub fn FileChoice(chosen: Callback<Read>) -> impl IntoView {
    let (intro, choose, drop_here) = (text(t::import::intro), text(t::import::choose_file), text(t::import::drop_here));
    let on_drop = move |event: DragEvent| {
        event.prevent_default();
        let files = js::get(&js::get(&event, "dataTransfer"), "files");
        if let Some(file) = first(&files) {
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
            <label class="stack">
                <span class="field-label">{choose}</span>
                <input
                    type="file"
                    accept=".csv,.tsv,.txt,text/csv"
                    data-testid="import-input"
                    on:change:target=move |event| {
                        if let Some(file) = event.target().files().and_then(|files| files.get(0)) {
                            take(file, chosen);
                        }
                    }
                />
            </label>
            <p class="muted small">{drop_here}</p>
        </div>
    }
}
