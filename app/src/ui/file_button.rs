//! A button that chooses files.

use leptos::{prelude::*, text_prop::TextProp};
use web_sys::{File, HtmlInputElement};

use super::{icon::Icon, picture::Picture};

/// Takes the files of an input, and empties it so that the same file can be chosen again.
fn files_of(input: &HtmlInputElement) -> Vec<File> {
    let files = input.files().map(|files| (0..files.length()).filter_map(|at| files.get(at)).collect());
    input.set_value("");
    files.unwrap_or_default()
}

/// A button in the words of the page; the browser's own speaks the browser's language.
#[component]
pub fn FileButton(
    #[prop(into)] label: TextProp,
    icon: Icon,
    testid: &'static str,
    /// Media types and endings of names, separated by commas.
    accept: &'static str,
    #[prop(optional)] multiple: bool,
    /// Opens the camera at once, on what has one.
    #[prop(optional)]
    camera: bool,
    take: impl Fn(Vec<File>) + 'static,
) -> impl IntoView {
    view! {
        <label class="button file-button">
            <Picture icon/>
            <span>{move || label.get()}</span>
            <input
                type="file"
                accept=accept
                multiple=multiple
                capture=camera.then_some("environment")
                data-testid=testid
                on:change:target=move |event| {
                    let files = files_of(&event.target());
                    if !files.is_empty() {
                        take(files);
                    }
                }
            />
        </label>
    }
}
