//! Which rows of a long list are drawn, and where the keys lead. Pure, so tested without a browser.

use std::ops::Range;

/// The height of every row in CSS pixels; the token `--row` says the same.
pub const ROW_HEIGHT: f64 = 60.0;

/// Rows drawn beyond each edge, so that a fast scroll finds them ready.
pub const OVERSCAN: usize = 8;

/// The rows to draw for a scroll position.
pub fn drawn(scroll_top: f64, height: f64, rows: usize) -> Range<usize> {
    drawn_of(scroll_top, height, rows, ROW_HEIGHT, OVERSCAN)
}

/// The same for rows of another height, with so many beyond each edge.
pub fn drawn_of(scroll_top: f64, height: f64, rows: usize, row_height: f64, overscan: usize) -> Range<usize> {
    let first = (scroll_top.max(0.0) / row_height) as usize;
    let shown = (height / row_height).ceil() as usize + 1;
    let end = first.saturating_add(shown + overscan).min(rows);
    first.saturating_sub(overscan).min(end)..end
}

/// The scroll position that shows a row with the least movement; none where it is shown already.
pub fn scroll_to_show(row: usize, scroll_top: f64, height: f64) -> Option<f64> {
    let top = row as f64 * ROW_HEIGHT;
    if top < scroll_top {
        Some(top)
    } else if top + ROW_HEIGHT > scroll_top + height {
        Some(top + ROW_HEIGHT - height)
    } else {
        None
    }
}

/// Where a key leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    Next,
    Previous,
    PageDown,
    PageUp,
    First,
    Last,
}

impl Move {
    /// Reads a key's name.
    pub fn from_key(key: &str) -> Option<Move> {
        match key {
            "ArrowDown" | "j" => Some(Move::Next),
            "ArrowUp" | "k" => Some(Move::Previous),
            "PageDown" => Some(Move::PageDown),
            "PageUp" => Some(Move::PageUp),
            "Home" => Some(Move::First),
            "End" => Some(Move::Last),
            _ => None,
        }
    }

    /// The row it leads to; none in an empty list. The first key of all selects the first row.
    pub fn apply(self, current: Option<usize>, rows: usize, height: f64) -> Option<usize> {
        let last = rows.checked_sub(1)?;
        let page = ((height / ROW_HEIGHT) as usize).max(1);
        let to = match (self, current) {
            (Move::Last, _) => last,
            (Move::First, _) | (_, None) => 0,
            (Move::Next, Some(at)) => at + 1,
            (Move::Previous, Some(at)) => at.saturating_sub(1),
            (Move::PageDown, Some(at)) => at + page,
            (Move::PageUp, Some(at)) => at.saturating_sub(page),
        };
        Some(to.min(last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_in_sight_and_a_few_beyond_are_drawn() {
        assert_eq!(drawn(0.0, 600.0, 100_000), 0..19);
        assert_eq!(drawn(6_000.0, 600.0, 100_000), 92..119);
        assert_eq!(drawn(5_999_400.0, 600.0, 100_000), 99_982..100_000);
    }

    #[test]
    fn a_short_or_shrunken_list_is_drawn_within_its_bounds() {
        assert_eq!(drawn(0.0, 600.0, 3), 0..3);
        assert_eq!(drawn(0.0, 600.0, 0), 0..0);
        assert_eq!(drawn(6_000.0, 600.0, 3), 3..3);
        assert_eq!(drawn(-40.0, 600.0, 3), 0..3);
    }

    #[test]
    fn a_row_is_brought_into_sight_with_the_least_movement() {
        assert_eq!(scroll_to_show(5, 0.0, 600.0), None);
        assert_eq!(scroll_to_show(10, 0.0, 600.0), Some(60.0));
        assert_eq!(scroll_to_show(2, 300.0, 600.0), Some(120.0));
    }

    #[test]
    fn keys_move_within_the_list() {
        let cases = [
            ("j", None, Some(0)),
            ("ArrowDown", Some(0), Some(1)),
            ("j", Some(99), Some(99)),
            ("k", Some(0), Some(0)),
            ("PageDown", Some(3), Some(13)),
            ("PageUp", Some(3), Some(0)),
            ("End", Some(3), Some(99)),
            ("Home", Some(3), Some(0)),
        ];
        for (key, from, to) in cases {
            let moved = Move::from_key(key).and_then(|step| step.apply(from, 100, 600.0));
            assert_eq!(moved, to, "{key} from {from:?}");
        }
        assert_eq!(Move::from_key("x"), None);
        assert_eq!(Move::Next.apply(None, 0, 600.0), None);
    }

    #[test]
    fn the_style_sheet_has_the_same_row_height() {
        let tokens = include_str!("../../../style/tokens.css");
        assert!(tokens.contains(&format!("--row: {ROW_HEIGHT}px;")), "--row differs from {ROW_HEIGHT}");
    }
}
