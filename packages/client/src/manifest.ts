/** SHA-256 of the operations' texts: written by write-manifest.ts. */
export const documentIds = {
  recommendations: 'cc1832e2308c27695c43efa75774dd7de93d0bd9eae9bc783697a9a7d47b25dd',
  similarItems: '750406a5ac3e591531c98be34e7c2d76018a472a8843406594aee4fbba3ac41e',
  search: '18df48cca2e7f95daa6c71479d645fda930e9f717e61b391bd762c6db6415cd3',
  item: '5798a372e788c276013931f4682c9e90b1314ca3082601f9133d51e140a7b156',
  trackEvents: 'e9575b15efea7a00c8d5c1446e56199e2c7eb51de63ec8230e5e8a000956e30a',
  mergeProfiles: 'ffa5a0f3c6cbfacc7b237eed3585a96d643fe4252e07f49bb537be21c23510e1',
} as const;
