//! Pipelines 銷售流程: which there are, and what each asks for.

pub mod form;
pub mod page;
pub mod parts;

pub use form::{PipelineNewPage, PipelinePage};
pub use page::PipelinesPage;

use domain::access::Role;
use leptos::prelude::*;

use crate::{
    data::{people::live_people, use_data},
    ui::language::use_locale,
};

/// Follows whether whoever works here may write pipelines: administrators and managers do. `None`: not known yet.
pub fn use_writes_pipelines() -> Memo<Option<bool>> {
    let data = use_data();
    let people = live_people(data, use_locale());
    Memo::new(move |_| {
        people.with(|people| {
            let roles = &people.user(data.user())?.roles;
            Some(roles.contains(&Role::Administrator) || roles.contains(&Role::Manager))
        })
    })
}
