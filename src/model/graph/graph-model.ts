import type { io } from '@tensorflow/tfjs-core';
import type { Attribute, Constant, ElementType, Graph, GraphNode } from './graph.js';

/** tfjs has no whole numbers of eight bits; there they are of 32. */
const DT: Record<ElementType, string> = { float: 'DT_FLOAT', int32: 'DT_INT32', int8: 'DT_INT32' };

/** The graph as tfjs-converter keeps it: topology in JSON, constants beside it. */
export function toGraphModel(graph: Graph): io.ModelArtifacts {
  const constants = graph.nodes.flatMap((node) => {
    const value = node.attributes.value;
    return value?.kind === 'tensor' ? [{ name: node.name, ...wide(value.value) }] : [];
  });
  const weights = new Uint8Array(constants.reduce((sum, { data }) => sum + data.byteLength, 0));
  let at = 0;
  for (const { data } of constants) {
    weights.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return {
    format: 'graph-model',
    modelTopology: {
      node: fuseBiases(graph).map((node) => ({
        name: node.name,
        op: node.op,
        input: [...node.inputs],
        attr: Object.fromEntries(
          Object.entries(node.attributes)
            .filter(([, value]) => value.kind !== 'tensor')
            .map(([name, value]) => [name, attributeValue(value)]),
        ),
      })),
      library: {},
      versions: {},
    },
    weightSpecs: constants.map(({ name, shape, dtype }) => ({
      name,
      shape: [...shape],
      dtype: dtype === 'float' ? ('float32' as const) : ('int32' as const),
    })),
    weightData: weights.buffer,
  };
}

function wide(constant: Constant): Constant {
  return constant.dtype === 'int8' ? { ...constant, dtype: 'int32', data: Int32Array.from(constant.data) } : constant;
}

/** WASM multiplies and adds the bias in one kernel; the native library has no such kernel without oneDNN. */
function fuseBiases(graph: Graph): readonly GraphNode[] {
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const products = new Set<string>();
  const fused = graph.nodes.map((node): GraphNode => {
    const product = byName.get(node.inputs[0] ?? '');
    if (node.op !== 'BiasAdd' || product?.op !== 'MatMul') return node;
    products.add(product.name);
    return {
      name: node.name,
      op: '_FusedMatMul',
      inputs: [...product.inputs, node.inputs[1] as string],
      attributes: {
        ...product.attributes,
        fused_ops: { kind: 'texts', value: ['BiasAdd'] },
        num_args: { kind: 'int', value: 1 },
      },
    };
  });
  return fused.filter((node) => !products.has(node.name));
}

function attributeValue(attribute: Attribute): object {
  switch (attribute.kind) {
    case 'type':
      return { type: DT[attribute.value] };
    case 'int':
      return { i: String(attribute.value) };
    case 'bool':
      return { b: attribute.value };
    case 'text':
      return { s: base64(attribute.value) };
    case 'texts':
      return { list: { s: attribute.value.map(base64) } };
    case 'integers':
      return { list: { i: attribute.value.map(String) } };
    case 'shape':
      return { shape: { dim: attribute.value.map((size) => ({ size: String(size) })) } };
    case 'tensor':
      throw new Error('constants lie beside the topology');
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
