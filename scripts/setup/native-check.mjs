// node native-check.mjs FOLDER: loads the native backend that is installed in FOLDER, checks a product of two matrices,
// and prints how many billion operations a second it does.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';

const SIZE = 512;
const ROUNDS = 40;

process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
process.env.TF_ENABLE_ONEDNN_OPTS ??= '0';
// tfjs-node 4.22 calls these two: Node 22 warns of them, and Node 23 took them away.
util.isNullOrUndefined = (value) => value === null || value === undefined;
util.isArray = Array.isArray;

const tf = createRequire(join(process.argv[2], 'package.json'))('@tensorflow/tfjs-node');
if (tf.getBackend() !== 'tensorflow')
  throw new Error(`tfjs-node started ${tf.getBackend()} instead of its own backend`);

const ones = tf.ones([SIZE, SIZE]);
const multiply = () => {
  const product = tf.matMul(ones, ones);
  const first = product.dataSync()[0];
  product.dispose();
  return first;
};
if (multiply() !== SIZE) throw new Error('the product of two matrices is wrong');
const begun = performance.now();
for (let round = 0; round < ROUNDS; round++) multiply();
const seconds = (performance.now() - begun) / 1000;
process.stdout.write(String((ROUNDS * 2 * SIZE ** 3) / seconds / 1e9));
