variable "image" {
  type    = string
  default = "registry.example.com/report:3"
}

# Sums up the day.
job "report" {
  type = "batch"

  group "report" {
    task "report" {
      driver = "docker"

      config {
        image = var.image
      }

      # measured: 90 MB at most
      resources {
        cpu    = 200
        memory = 128
      }
    }
  }
}
