export default (p) => p.provide('demo', { dataDir: '/tmp/con-data', text: '' });
