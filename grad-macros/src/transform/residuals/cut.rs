//! Which values to keep so that all that is needed can be had: a minimum vertex cut.

use std::collections::{HashMap, VecDeque};

use crate::ir::V;

/// How a value can be had.
pub struct Node {
    /// What keeping it costs.
    pub weight: u32,
    /// What it can be recomputed from; `None` if it can't.
    pub from: Option<Vec<V>>,
}

const INFINITE: u32 = u32::MAX / 2;

/// A flow network. Each value is an edge from its entry to its exit, whose capacity is what keeping it costs; what can't be
/// recomputed is fed by the source, what is needed drains into the sink.
pub struct Graph {
    edges: Vec<Edge>,
    leaving: Vec<Vec<usize>>,
    values: Vec<V>,
}

struct Edge {
    to: usize,
    capacity: u32,
}

const SOURCE: usize = 0;
const SINK: usize = 1;

fn entry(index: usize) -> usize {
    2 + 2 * index
}

fn exit(index: usize) -> usize {
    3 + 2 * index
}

impl Graph {
    /// The network of everything that the needed values can be recomputed from.
    pub fn new(needed: &[V], node: impl Fn(V) -> Node) -> Self {
        let mut graph = Self { edges: Vec::new(), leaving: vec![Vec::new(), Vec::new()], values: Vec::new() };
        let mut indices: HashMap<V, usize> = HashMap::new();
        let mut pending: VecDeque<usize> = VecDeque::new();
        for v in needed {
            let index = graph.index(*v, &mut indices, &mut pending);
            graph.connect(exit(index), SINK, INFINITE);
        }
        while let Some(index) = pending.pop_front() {
            let Node { weight, from } = node(graph.values[index]);
            graph.connect(entry(index), exit(index), weight);
            match from {
                None => graph.connect(SOURCE, entry(index), INFINITE),
                Some(operands) => {
                    for operand in operands {
                        let operand = graph.index(operand, &mut indices, &mut pending);
                        graph.connect(exit(operand), entry(index), INFINITE);
                    }
                }
            }
        }
        graph
    }

    fn index(&mut self, v: V, indices: &mut HashMap<V, usize>, pending: &mut VecDeque<usize>) -> usize {
        *indices.entry(v).or_insert_with(|| {
            self.values.push(v);
            self.leaving.push(Vec::new());
            self.leaving.push(Vec::new());
            pending.push_back(self.values.len() - 1);
            self.values.len() - 1
        })
    }

    /// An edge, and the edge back along which flow can be undone.
    fn connect(&mut self, from: usize, to: usize, capacity: u32) {
        self.leaving[from].push(self.edges.len());
        self.edges.push(Edge { to, capacity });
        self.leaving[to].push(self.edges.len());
        self.edges.push(Edge { to: from, capacity: 0 });
    }

    /// The values to keep, in order of first need; where several cuts cost the same, the one nearest to the needs.
    pub fn cut(mut self) -> Vec<V> {
        while self.augment() {}
        let reaches = self.reaches_sink();
        let kept = |index: &usize| reaches[exit(*index)] && !reaches[entry(*index)];
        (0..self.values.len()).filter(kept).map(|index| self.values[index]).collect()
    }

    /// Sends flow along a shortest path with room; `false` if there is none.
    fn augment(&mut self) -> bool {
        let mut via: Vec<Option<usize>> = vec![None; self.leaving.len()];
        let mut queue = VecDeque::from([SOURCE]);
        while let Some(node) = queue.pop_front() {
            for &edge in &self.leaving[node] {
                let Edge { to, capacity } = self.edges[edge];
                if capacity > 0 && to != SOURCE && via[to].is_none() {
                    via[to] = Some(edge);
                    queue.push_back(to);
                }
            }
        }
        let mut path = Vec::new();
        let mut node = SINK;
        while let Some(edge) = via[node] {
            path.push(edge);
            node = self.edges[edge ^ 1].to;
        }
        let flow = path.iter().map(|edge| self.edges[*edge].capacity).min().unwrap_or(0);
        for edge in path {
            self.edges[edge].capacity -= flow;
            self.edges[edge ^ 1].capacity = self.edges[edge ^ 1].capacity.saturating_add(flow);
        }
        flow > 0
    }

    /// Which nodes can still reach the sink.
    fn reaches_sink(&self) -> Vec<bool> {
        let mut reaches = vec![false; self.leaving.len()];
        reaches[SINK] = true;
        let mut queue = VecDeque::from([SINK]);
        while let Some(node) = queue.pop_front() {
            for &edge in &self.leaving[node] {
                let from = self.edges[edge].to;
                if self.edges[edge ^ 1].capacity > 0 && !reaches[from] {
                    reaches[from] = true;
                    queue.push_back(from);
                }
            }
        }
        reaches
    }
}
