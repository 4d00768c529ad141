#define JVERSION "8d"
#define JCOPYRIGHT ""
#define JCOPYRIGHT_SHORT ""
