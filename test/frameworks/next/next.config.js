// On the server, Node.js loads the packages, and they find their files.
export default { serverExternalPackages: ['@treadle/model'] }
