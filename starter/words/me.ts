import { apiView } from "drf-auth";

export const me = apiView(["GET"], ({ user }) => ({ id: user.id, username: user.username, email: user.email }), {
  name: "Me",
  description: "Who you are.",
});
