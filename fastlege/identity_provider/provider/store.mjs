// Where the provider keeps sessions, codes and the like: in memory, and gone when it stops.

export function newStore() {
  const rows = new Map();

  const find = (key) => {
    const row = rows.get(key);
    if (row && row.until < Date.now()) {
      rows.delete(key);
      return undefined;
    }
    return row?.payload;
  };

  return class Store {
    constructor(model) {
      this.model = model;
    }

    async upsert(id, payload, seconds) {
      rows.set(`${this.model} ${id}`, { payload, until: seconds ? Date.now() + seconds * 1000 : Infinity });
    }

    async find(id) {
      return find(`${this.model} ${id}`);
    }

    async findByUid(uid) {
      return this.findWhere((payload) => payload.uid === uid);
    }

    async findByUserCode(userCode) {
      return this.findWhere((payload) => payload.userCode === userCode);
    }

    async consume(id) {
      const payload = find(`${this.model} ${id}`);
      if (payload) payload.consumed = Math.floor(Date.now() / 1000);
    }

    async destroy(id) {
      rows.delete(`${this.model} ${id}`);
    }

    async revokeByGrantId(grantId) {
      for (const [key, row] of rows) if (row.payload.grantId === grantId) rows.delete(key);
    }

    findWhere(fits) {
      for (const key of rows.keys()) {
        const payload = key.startsWith(`${this.model} `) ? find(key) : undefined;
        if (payload && fits(payload)) return payload;
      }
      return undefined;
    }
  };
}
