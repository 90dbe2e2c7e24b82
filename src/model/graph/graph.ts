/**
 * A TensorFlow graph under construction, apart from how it is written down. `saved-model.ts` writes it as a SavedModel
 * for the native backend, `graph-model.ts` as a tfjs graph model for WASM: one definition, two executors.
 */
export type Graph = {
  readonly nodes: readonly GraphNode[];
  /** Output name → the node that computes it. */
  readonly outputs: Readonly<Record<string, Output>>;
};

/** What a caller gets or gives: which node, its element type and its shape, -1 where the size varies. */
export type Output = { readonly node: string; readonly dtype: ElementType; readonly shape: readonly number[] };

export type GraphNode = {
  readonly name: string;
  readonly op: string;
  /** Names of the nodes it reads; `name:1` is a node's second output. */
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
};

export type ElementType = 'float' | 'int32' | 'int8';

export type Constant =
  | { readonly dtype: 'float'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: 'int32'; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: 'int8'; readonly shape: readonly number[]; readonly data: Int8Array };

export type Attribute =
  | { readonly kind: 'type'; readonly value: ElementType }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'integers'; readonly value: readonly number[] }
  | { readonly kind: 'texts'; readonly value: readonly string[] }
  | { readonly kind: 'shape'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly value: Constant };

/** Shorthands, so that a list of nodes reads as one. */
export const float: Attribute = { kind: 'type', value: 'float' };
export const int32: Attribute = { kind: 'type', value: 'int32' };
export const int8: Attribute = { kind: 'type', value: 'int8' };
export const int = (value: number): Attribute => ({ kind: 'int', value });
export const bool = (value: boolean): Attribute => ({ kind: 'bool', value });

/** Collects nodes; each operation is added once, by name, and read by that name. */
export class GraphBuilder {
  readonly #nodes: GraphNode[] = [];
  readonly #names = new Set<string>();

  get nodes(): readonly GraphNode[] {
    return this.#nodes;
  }

  /** @returns the name, for use as an input of later nodes. */
  add(name: string, op: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>>): string {
    if (this.#names.has(name)) throw new Error(`the graph has two nodes named ${name}`);
    this.#names.add(name);
    this.#nodes.push({ name, op, inputs, attributes });
    return name;
  }

  floats(name: string, shape: readonly number[], data: Float32Array): string {
    return this.#constant(name, { dtype: 'float', shape, data });
  }

  smallIntegers(name: string, shape: readonly number[], data: Int8Array): string {
    return this.#constant(name, { dtype: 'int8', shape, data });
  }

  scalar(name: string, value: number): string {
    return this.floats(name, [], Float32Array.of(value));
  }

  integers(name: string, values: readonly number[]): string {
    return this.#constant(name, { dtype: 'int32', shape: [values.length], data: Int32Array.from(values) });
  }

  integer(name: string, value: number): string {
    return this.#constant(name, { dtype: 'int32', shape: [], data: Int32Array.of(value) });
  }

  placeholder(name: string, dtype: ElementType, shape: readonly number[]): string {
    return this.add(name, 'Placeholder', [], {
      dtype: { kind: 'type', value: dtype },
      shape: { kind: 'shape', value: shape },
    });
  }

  #constant(name: string, value: Constant): string {
    return this.add(name, 'Const', [], {
      dtype: { kind: 'type', value: value.dtype },
      value: { kind: 'tensor', value },
    });
  }
}
