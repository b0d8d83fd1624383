//! What the page is asked for stands in its address: a bar of a chart is a link, and the way back leads back.

use domain::opportunity::Filter;
use js_sys::encode_uri_component;
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

const PATH: &str = "/opportunities";

/// How opportunities are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    #[default]
    Board,
    List,
    Charts,
}

impl Shape {
    /// Every shape, in the order in which they are offered.
    pub const ALL: [Shape; 3] = [Shape::Board, Shape::List, Shape::Charts];

    /// Returns the word in the address.
    pub const fn name(self) -> &'static str {
        match self {
            Shape::Board => "board",
            Shape::List => "list",
            Shape::Charts => "charts",
        }
    }
}

/// Returns the address that shows what a filter asks for.
pub fn address(shape: Shape, filter: &Filter) -> String {
    let shape = (shape != Shape::default()).then(|| ("as", shape.name().to_owned()));
    let pairs = shape.into_iter().chain(filter.pairs());
    let query: Vec<_> =
        pairs.map(|(name, value)| format!("{name}={}", String::from(encode_uri_component(&value)))).collect();
    if query.is_empty() { PATH.to_owned() } else { format!("{PATH}?{}", query.join("&")) }
}

/// What the address asks for. Copy it into handlers.
#[derive(Clone, Copy)]
pub struct Asked {
    pub shape: Memo<Shape>,
    pub filter: Memo<Filter>,
    go: Callback<String>,
}

impl Asked {
    /// Follows the address.
    pub fn follow() -> Self {
        let (query, navigate) = (use_query_map(), use_navigate());
        let shape = Memo::new(move |_| {
            let said = query.with(|query| query.get("as"));
            Shape::ALL.into_iter().find(|shape| said.as_deref() == Some(shape.name())).unwrap_or_default()
        });
        let filter = Memo::new(move |_| {
            query.with(|query| {
                let said: Vec<_> = Filter::NAMES.into_iter().map(|name| (name, query.get(name))).collect();
                Filter::read(|name| said.iter().find(|(known, _)| *known == name)?.1.as_deref())
            })
        });
        let go = Callback::new(move |address: String| {
            navigate(&address, NavigateOptions { replace: true, scroll: false, ..Default::default() });
        });
        Self { shape, filter, go }
    }

    /// Shows the same in another shape.
    pub fn show(self, shape: Shape) {
        self.go.run(address(shape, &self.filter.get_untracked()));
    }

    /// Asks for something else.
    pub fn ask(self, filter: Filter) {
        if filter != self.filter.get_untracked() {
            self.go.run(address(self.shape.get_untracked(), &filter));
        }
    }
}
