job "shop" {
  type = "service"

  meta {
    owner = "team-shop"
  }

  group "shop" {
    count = 3

    network {
      mode = "bridge"

      port "http" {
        to = 3000
      }
    }

    service {
      name = "shop"
      port = "http"

      check {
        type     = "http"
        path     = "/ready"
        interval = "2s"
        timeout  = "1s"
      }
    }

    task "server" {
      driver = "docker"

      config {
        image = "registry.example.com/shop:1.4.2"
      }

      resources {
        cpu    = 300
        memory = 128
      }
    }
  }
}
