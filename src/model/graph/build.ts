import type { EncoderShape, HeadsShape } from '../manifest.js';
import type { EncoderWeights, Weights } from '../weights.js';
import { addEncoder } from './encoder.js';
import { type Graph, GraphBuilder, type Output } from './graph.js';
import { addEmbedding, addFeatures, addHeads } from './heads.js';

/** Raised with every change to what is emitted, so that graphs cached on a machine are written anew. */
export const GRAPH_VERSION = 3;

/** What the judging graph is made for: sizes that the manifest states. */
export type JudgingShape = { readonly encoder: EncoderShape; readonly heads: HeadsShape; readonly labels: number };

export function judgingOutputs(shape: JudgingShape): Graph['outputs'] {
  return { embedding: rows('embedding', shape.encoder.hidden), logits: rows('logits', shape.labels) };
}

/** The graph that judges: token ids in, sentence embedding and one logit per label out, in one pass. */
export function judgingGraph(
  shape: JudgingShape,
  weights: { readonly encoder: EncoderWeights; readonly heads: Weights },
): Graph {
  const graph = new GraphBuilder();
  const encoded = addEncoder(graph, shape.encoder, weights.encoder);
  const { embedding } = shape.heads;
  const head = embedding === undefined ? null : { pooling: embedding, weights: weights.heads };
  addEmbedding(graph, encoded, shape.encoder.hidden, head);
  const features = addFeatures(graph, encoded, shape.heads.poolings, shape.encoder.hidden);
  addHeads(graph, features, shape.heads, weights.heads);
  return { nodes: graph.nodes, outputs: judgingOutputs(shape) };
}

/** What the graph for training is made for. */
export type FeaturesShape = { readonly encoder: EncoderShape; readonly poolings: HeadsShape['poolings'] };

export function featuresOutputs(shape: FeaturesShape): Graph['outputs'] {
  const { hidden } = shape.encoder;
  return { embedding: rows('embedding', hidden), features: rows('features', hidden * shape.poolings.length) };
}

/** The graph that training reads: token ids in, embedding and the features that heads are trained on out. */
export function featuresGraph(shape: FeaturesShape, encoder: EncoderWeights): Graph {
  const graph = new GraphBuilder();
  const encoded = addEncoder(graph, shape.encoder, encoder);
  addEmbedding(graph, encoded, shape.encoder.hidden, null);
  addFeatures(graph, encoded, shape.poolings, shape.encoder.hidden);
  return { nodes: graph.nodes, outputs: featuresOutputs(shape) };
}

function rows(node: string, width: number): Output {
  return { node, dtype: 'float', shape: [-1, width] };
}
