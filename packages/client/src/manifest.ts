/** SHA-256 of the operations' texts: written by write-manifest.ts. */
export const documentIds = {
  recommendations: '1362de2d033ae7d2f5111637ae2275288543ad1e0e4f61862329e68e6ff4fe89',
  similarItems: '93cc39d3f741c9aa6369e3647ea5ce3e590d67f0fa4b8173597d0abff7909b81',
  search: 'f6b5dcec037a33c29b142a0f2e535ed419e024677681a92a72e5111e76e15d7b',
  item: '5798a372e788c276013931f4682c9e90b1314ca3082601f9133d51e140a7b156',
  trackEvents: 'e9575b15efea7a00c8d5c1446e56199e2c7eb51de63ec8230e5e8a000956e30a',
  mergeProfiles: 'ffa5a0f3c6cbfacc7b237eed3585a96d643fe4252e07f49bb537be21c23510e1',
} as const;
