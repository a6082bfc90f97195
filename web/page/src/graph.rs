//! Placing the resource graph: columns by longest path, order within a column by the mean of the
//! neighbours, and a way around the boxes for what passes a column. Small graphs, as templates have,
//! need no more.

use crate::model::OutlineNode;

/// How wide and how high a node is.
pub const NODE: (f64, f64) = (188.0, 56.0);
const GAP: (f64, f64) = (56.0, 24.0);
const MARGIN: f64 = 24.0;
/// Passes of sorting by neighbours; small graphs stop changing after two.
const PASSES: usize = 4;

/// A graph with a place for each node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Placed {
    pub width: f64,
    pub height: f64,
    /// The upper left corners, in the order of the nodes.
    pub corners: Vec<(f64, f64)>,
    pub edges: Vec<Edge>,
}

/// A line from a node to one that it needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    pub from: usize,
    pub to: usize,
    /// Where it starts, enters and leaves each column that it passes, and ends.
    pub route: Vec<(f64, f64)>,
}

/// Places nodes from left to right: what is needed stands to the right of what needs it.
#[allow(clippy::cast_precision_loss, reason = "a template has at most 500 resources")]
pub fn place(nodes: &[OutlineNode]) -> Placed {
    let edges = edges_of(nodes);
    let mut column_of = columns(nodes.len(), &edges);
    let count = column_of.iter().max().map_or(0, |last| last + 1);
    let chains = chains(&edges, &mut column_of);
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (slot, column) in column_of.iter().enumerate() {
        rows[*column].push(slot);
    }
    let links: Vec<_> = chains.iter().flat_map(|chain| chain.windows(2).map(|pair| (pair[0], pair[1]))).collect();
    order(&mut rows, &links, column_of.len());

    let tallest = rows.iter().map(Vec::len).max().unwrap_or(0) as f64;
    let height_of = |rows: f64| rows * NODE.1 + (rows - 1.0).max(0.0) * GAP.1;
    let mut corners = vec![(0.0, 0.0); column_of.len()];
    for (column, row) in rows.iter().enumerate() {
        let top = MARGIN + (height_of(tallest) - height_of(row.len() as f64)) / 2.0;
        for (position, slot) in row.iter().enumerate() {
            let x = MARGIN + column as f64 * (NODE.0 + GAP.0);
            corners[*slot] = (x, top + position as f64 * (NODE.1 + GAP.1));
        }
    }
    let edges = chains.iter().map(|chain| edge(chain, &corners)).collect();
    corners.truncate(nodes.len());
    let width = count as f64 * NODE.0 + (count as f64 - 1.0).max(0.0) * GAP.0 + 2.0 * MARGIN;
    Placed { width, height: height_of(tallest) + 2.0 * MARGIN, corners, edges }
}

/// An edge through all slots of its chain: out at the right of one, in at the left of the next.
fn edge(chain: &[usize], corners: &[(f64, f64)]) -> Edge {
    let last = chain.len() - 1;
    let mut route = Vec::new();
    for (index, slot) in chain.iter().enumerate() {
        let (x, y) = corners[*slot];
        let middle = y + NODE.1 / 2.0;
        if index > 0 {
            route.push((x, middle));
        }
        if index < last {
            route.push((x + NODE.0, middle));
        }
    }
    Edge { from: chain[0], to: chain[last], route }
}

/// The slots that each edge goes through. An edge that passes columns gets a slot of its own in each
/// of them, so that no box stands in its way.
fn chains(edges: &[(usize, usize)], column_of: &mut Vec<usize>) -> Vec<Vec<usize>> {
    let mut chains = Vec::new();
    for (from, to) in edges {
        let mut chain = vec![*from];
        for column in column_of[*from] + 1..column_of[*to] {
            chain.push(column_of.len());
            column_of.push(column);
        }
        chain.push(*to);
        chains.push(chain);
    }
    chains
}

fn edges_of(nodes: &[OutlineNode]) -> Vec<(usize, usize)> {
    let index = |id: &String| nodes.iter().position(|node| node.id == *id);
    let mut edges = Vec::new();
    for (from, node) in nodes.iter().enumerate() {
        for to in node.needs.iter().filter_map(index) {
            if to != from && !edges.contains(&(from, to)) {
                edges.push((from, to));
            }
        }
    }
    edges
}

/// The column of each node: as far to the right as what it needs allows. A cycle (which a template may
/// have by mistake) stops growing at the number of nodes.
fn columns(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut rank = vec![0; count];
    for _ in 0..count {
        let mut changed = false;
        for (from, to) in edges {
            let next = rank[*to] + 1;
            if rank[*from] < next && next < count {
                rank[*from] = next;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    let highest = rank.iter().max().copied().unwrap_or(0);
    rank.into_iter().map(|rank| highest - rank).collect()
}

#[allow(clippy::cast_precision_loss, reason = "a template has at most 500 resources")]
fn order(rows: &mut [Vec<usize>], edges: &[(usize, usize)], count: usize) {
    let mut position = vec![0.0; count];
    for _ in 0..PASSES {
        for row in rows.iter_mut() {
            let mean = |node: usize| {
                let near = edges.iter().filter_map(|(from, to)| match node {
                    n if n == *from => Some(position[*to]),
                    n if n == *to => Some(position[*from]),
                    _ => None,
                });
                let near: Vec<f64> = near.collect();
                if near.is_empty() { position[node] } else { near.iter().sum::<f64>() / near.len() as f64 }
            };
            let mut keyed: Vec<(f64, usize)> = row.iter().map(|node| (mean(*node), *node)).collect();
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
            for (place, (_, node)) in keyed.iter().enumerate() {
                row[place] = *node;
                position[*node] = place as f64 - keyed.len() as f64 / 2.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(id: &str, needs: &[&str]) -> OutlineNode {
        OutlineNode {
            id: id.to_owned(),
            needs: needs.iter().map(|need| (*need).to_owned()).collect(),
            ..OutlineNode::default()
        }
    }

    #[test]
    fn what_is_needed_stands_to_the_right() {
        let placed = place(&[node("table", &[]), node("api", &["function"]), node("function", &["table"])]);
        let x = |index: usize| placed.corners[index].0;
        assert!(x(1) < x(2) && x(2) < x(0));
        let ends: Vec<_> = placed.edges.iter().map(|edge| (edge.from, edge.to)).collect();
        assert_eq!(ends, [(1, 2), (2, 0)]);
    }

    #[test]
    fn no_two_nodes_share_a_place() {
        let placed = place(&[node("a", &["c"]), node("b", &["c"]), node("c", &[]), node("d", &[])]);
        for (index, corner) in placed.corners.iter().enumerate() {
            assert!(!placed.corners[index + 1..].contains(corner));
        }
    }

    #[test]
    fn an_edge_goes_around_the_boxes_of_the_column_that_it_passes() {
        let placed = place(&[node("a", &["b", "c"]), node("b", &["c"]), node("c", &[])]);
        let long = placed.edges.iter().find(|edge| edge.route.len() == 4).expect("an edge over two columns");
        let (_, top) = placed.corners[1];
        let passes_at = long.route[1].1;
        assert!(passes_at < top || passes_at > top + NODE.1);
    }

    #[test]
    fn a_cycle_and_an_unknown_name_are_placed_too() {
        let placed = place(&[node("a", &["b", "nobody"]), node("b", &["a"])]);
        assert_eq!(placed.corners.len(), 2);
        assert!(place(&[]).corners.is_empty());
    }
}
